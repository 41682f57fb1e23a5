printf "%s\n" one two
