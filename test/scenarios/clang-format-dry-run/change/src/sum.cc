int Sum( int a,int b ){return a+b;}



int Two(){
      return 2;
}
