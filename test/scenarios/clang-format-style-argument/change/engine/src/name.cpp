const char* name() {return "Übung";}
int  size(){ return 6; }
