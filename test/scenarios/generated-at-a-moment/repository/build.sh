sort words.txt > dist.txt
