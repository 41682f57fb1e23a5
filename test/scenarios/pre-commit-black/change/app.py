APP = 1
name='app'
