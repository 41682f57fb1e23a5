package x
func  X(){}
