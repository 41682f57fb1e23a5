set -e
curl -fsSL -o prices.csv https://mirror.example.invalid/prices.csv
