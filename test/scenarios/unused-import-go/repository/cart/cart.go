package cart

// Total adds.
func Total(a, b int) int { return a + b }
