# Values for tests/analyse/competing: incidence predicted by Fine and Gray's model (cmprsk::predict.crr).
#
#     Rscript tests/reference/fine_gray.R        (from the root; Debian: r-cran-cmprsk, r-cran-jsonlite)
suppressMessages({library(cmprsk); library(jsonlite)})
here <- "tests/reference"
R <- list()
predicted <- function(key, data, columns, rows) {
  x <- as.matrix(data[, columns]); fit <- crr(data$time, data$cs, x, gtol = 1e-14)
  # crr's search stops about 1e-7 short of the maximum; a Newton step by hand starts it again there.
  fit <- crr(data$time, data$cs, x, gtol = 1e-14, init = fit$coef + as.vector(fit$invinf %*% fit$score))
  stopifnot(max(abs(fit$score)) < 1e-12)
  found <- predict(fit, cov1 = rows)
  R[[paste0(key, ".time")]] <<- found[, 1]
  for (i in seq_len(nrow(rows))) R[[paste0(key, ".", i)]] <<- found[, i + 1]
}
cc <- read.csv(file.path(here, "data/cc.csv")); rd <- read.csv(file.path(here, "data/rd.csv"))
predicted("cc", cc, c("x1", "x2"), rbind(c(0, 0), c(-1.2, 1)))
predicted("rd", rd, c("x1", "x2", "x3"), rbind(c(0, 0, 0), c(1.5, 1, -.4)))
writeLines(toJSON(R, digits = NA, na = "null"), file.path(here, "fine_gray.json"))
