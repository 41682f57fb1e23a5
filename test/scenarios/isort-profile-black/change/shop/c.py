from shop.b import B
from shop.a import A
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor, as_completed, wait

C = [A, B, ThreadPoolExecutor, ProcessPoolExecutor, as_completed, wait]
