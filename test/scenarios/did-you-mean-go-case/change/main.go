package main

import "fmt"

type User struct{ Name string }

func (u User) Greet() string { return "hi " + u.Name }

func main() {
	u := User{Name: "a"}
	fmt.Println(u.name, u.greet())
}
