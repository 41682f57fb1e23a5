GRÖSSE = "klein"
