APP = 1




def main( ):
    print ( "✓" )