from shop.a import A

B = A
