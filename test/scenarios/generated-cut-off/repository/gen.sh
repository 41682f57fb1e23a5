seq "$(cat n.txt)" > numbers.txt
