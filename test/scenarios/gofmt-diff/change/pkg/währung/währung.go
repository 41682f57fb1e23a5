package währung

const  Euro = "€"
var (
    A = 1
    Länge = 2
)
