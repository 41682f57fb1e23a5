import zlib
import abc

print(zlib, abc)
