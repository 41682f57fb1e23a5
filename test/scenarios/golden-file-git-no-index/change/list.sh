printf "%s\n" one tow
