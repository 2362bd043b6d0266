total_price = 5
totl_price
