{ echo "; built $(date +%s)"; sort words.txt; } > dist.txt
