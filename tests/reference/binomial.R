# Exact binomial tests of a rate against a historical one. Rscript binomial.R > binomial.json
cases <- list(c(14, 52, .13), c(20, 52, .13), c(3, 10, .13), c(0, 12, .13), c(12, 12, .5), c(41, 70, .5), c(1, 1, .2), c(7, 60, .13), c(200, 1000, .175))
rows <- lapply(cases, function(k) list(events = k[1], n = k[2], rate = k[3],
  greater = binom.test(k[1], k[2], k[3], alternative = "greater")$p.value, two_sided = binom.test(k[1], k[2], k[3])$p.value))
cat(jsonlite::toJSON(rows, auto_unbox = TRUE, digits = NA), "\n")
