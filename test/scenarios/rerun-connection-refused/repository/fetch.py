print("prices are there")
