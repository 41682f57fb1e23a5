package main

func main() {
<<<<<<< HEAD
	println("one")
=======
	println("two")
>>>>>>> other
}
