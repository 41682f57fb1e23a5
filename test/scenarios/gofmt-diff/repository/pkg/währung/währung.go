package währung

const Euro = "€"
