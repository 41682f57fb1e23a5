int f(int first_argument,int second_argument,int third_argument){return first_argument;}
