"""Pure rules: values in, values out; the clock, the store and the network are passed in."""
