const   old='not checked'
