set -e
if [ "$GITHUB_RUN_ATTEMPT" = 1 ]; then
  git clone --depth 1 https://git.example.invalid/shop/prices.git prices
fi
echo "prices are there"
