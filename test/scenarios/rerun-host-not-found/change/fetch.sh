set -e
if [ "$GITHUB_RUN_ATTEMPT" = 1 ]; then
  curl -fsSL -o prices.csv https://mirror.example.invalid/prices.csv
fi
echo "prices are there"
