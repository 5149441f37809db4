"""The demo's upstream systems, served over real HTTP: everything in them is invented and a function of seed and clock."""
