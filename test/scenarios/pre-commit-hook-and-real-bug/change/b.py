print(pth)
