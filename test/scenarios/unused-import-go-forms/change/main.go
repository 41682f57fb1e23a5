package main

// #include <stdio.h> is not here
import (
	"fmt"
	str "strings" // for names

	// drivers
	_ "embed"
	"os"
)

import "errors"

func main() {
	fmt.Println("hi")
}
