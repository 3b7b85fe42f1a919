"""How far a person has read, told to their other devices."""
