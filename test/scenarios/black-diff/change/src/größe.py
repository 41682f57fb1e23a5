GRÖSSE = 'klein'
über = {  'ä':'ö' }
