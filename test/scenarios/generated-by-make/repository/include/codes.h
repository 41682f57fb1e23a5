#define OK 0
#define NOT_FOUND 1
