from shop.a import A
import os

B = A if os.name else 0
