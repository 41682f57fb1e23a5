HOURS = 12  


def high(hour):
    
    return hour % HOURS == 0	
