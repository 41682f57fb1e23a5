package client

func Dial()  {}
