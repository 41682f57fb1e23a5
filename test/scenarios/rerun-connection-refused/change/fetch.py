import os
import urllib.request

if os.environ["GITHUB_RUN_ATTEMPT"] == "1":
    urllib.request.urlopen("http://127.0.0.1:9/prices.csv", timeout=5)
print("prices are there")
