n=0
while read -r code; do
  echo "#define $code $n"
  n=$((n + 1))
done
