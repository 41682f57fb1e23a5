package cart

import (
	"errors"
	"fmt"
	str "strings"
)

// Total adds.
func Total(a, b int) int {
	fmt.Println(a)
	return a + b
}
