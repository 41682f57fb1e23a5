package server

func Serve()   {
}
func Stop(){}
