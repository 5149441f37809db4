"""The demo's upstream systems over real HTTP: all that is in them is invented, and a function of seed and clock."""
