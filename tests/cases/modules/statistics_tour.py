import statistics as st
data = [2, 4, 4, 5, 7, 9]
(st.mean(data), st.median(data), st.mode(data), round(st.stdev(data), 6), st.quantiles(data, n=4), st.pvariance(data))
