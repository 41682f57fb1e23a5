echo "prices are there"
