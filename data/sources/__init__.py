"""One file an upstream system: how it is asked, and what its answers mean in the words of the store."""
