# Values for tests/analyse/survival: 30 random designs and a few questions that truth.R does not ask.
#
#     Rscript tests/reference/survival.R        (from the root; Debian: r-cran-survival, r-cran-jsonlite)
#
# Writes data/designs.csv (made here, with a fixed seed) and survival.json. coxph stops early by default
# (relative 1e-9 of the log-likelihood, which leaves coefficients right to about 1e-8); here it goes on.
suppressMessages({library(survival); library(jsonlite)})
here <- "tests/reference"
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
R <- list()
put <- function(key, value) R[[key]] <<- as.numeric(value)

# ---- The designs: ties (none, some, heavy), truncation, weights, strata, clusters, changing covariates ----
one <- function(i) {
  set.seed(20261121 + i)
  n <- 40 + 3 * i
  ties <- i %% 3                     # 0: none, 1: whole days, 2: few distinct times
  x1 <- round(rnorm(n), 3); x2 <- rbinom(n, 1, .4); f <- sample(c("a", "b", "c"), n, TRUE, c(.5, .3, .2))
  s <- if (i %% 5 < 2) sample(1:3, n, TRUE) else rep(1, n)
  died <- rexp(n, .05 * exp(.5 * x1 - .4 * x2 + .3 * (f == "b"))); gone <- rexp(n, .03)
  t <- pmin(died, gone); e <- as.integer(died <= gone)
  t <- switch(ties + 1, round(t + .001, 6), pmax(1, ceiling(t)), 5 * pmax(1, ceiling(t / 5)))
  d <- data.frame(design = i, id = 1:n, start = 0, stop = t, event = e, x1, x2, f, s, w = 1)
  d$cl <- sample(1:ceiling(n / 3), n, TRUE)
  if (i %% 2 == 0) d$start <- switch(ties + 1, round(t * runif(n, 0, .7), 6), pmax(0, t - ceiling(rexp(n, .1))), pmax(0, t - 5 * sample(1:4, n, TRUE)))
  if (i %% 4 %in% 1:2) d$w <- round(runif(n, .3, 4), 2)
  if (i %% 6 == 0) {                  # x2 changes once for some: two rows for them
    at <- round((d$start + d$stop) / 2)
    two <- which(at > d$start & at < d$stop & runif(n) < .5)
    late <- d[two, ]; late$start <- at[two]; late$x2 <- 1 - late$x2
    d$stop[two] <- at[two]; d$event[two] <- 0L
    d <- rbind(d, late)
  }
  if (i %% 7 == 0 && i %% 2 == 0) { d$start <- d$start - 15; d$stop <- d$stop - 15 }  # another origin of time
  d
}
designs <- do.call(rbind, lapply(1:30, one))
write.csv(designs, file.path(here, "data/designs.csv"), row.names = FALSE, quote = FALSE)
designs <- read.csv(file.path(here, "data/designs.csv"))

tests <- function(key, fit) {
  put(paste0(key, ".coef"), coef(fit)); put(paste0(key, ".ll"), fit$loglik)
  put(paste0(key, ".tests"), c(2 * diff(fit$loglik), fit$score, fit$wald.test))
}
cox <- function(key, formula, d) for (ties in c("efron", "breslow")) {
  k <- paste0(key, ".", ties)
  plain <- coxph(formula, d, weights = w, ties = ties, robust = FALSE, control = tight)
  tests(k, plain); put(paste0(k, ".se"), sqrt(diag(plain$var))); put(paste0(k, ".conc"), summary(plain)$concordance)
  robust <- coxph(formula, d, weights = w, ties = ties, cluster = cl, control = tight)
  put(paste0(k, ".rse"), sqrt(diag(robust$var))); put(paste0(k, ".rtests"), c(robust$rscore, robust$wald.test))
  put(paste0(k, ".rconc"), summary(robust)$concordance)
  new <- data.frame(x1 = c(-1, .7), x2 = c(0, 1), f = c("a", "c"), s = sort(unique(d$s))[1])
  for (kind in c("plain", "robust")) {
    predicted <- survfit(get(kind), newdata = new, conf.type = "log")
    put(paste0(k, ".curve.", kind), predicted$surv); put(paste0(k, ".curve.", kind, ".hi"), predicted$upper)
  }
  if (ties == "efron") for (g in c("km", "identity", "rank", if (min(d$stop) > 0) "log"))
    put(paste0(k, ".zph.", g), t(cox.zph(plain, transform = g)$table))
}
curve <- function(key, d) {
  late <- any(d$start != min(d$start))
  y <- if (late) with(d, Surv(start, stop, event)) else with(d, Surv(stop, event))
  for (kind in c("model", "robust")) {
    fit <- if (kind == "model") survfit(y ~ 1, weights = d$w, robust = FALSE, conf.type = "log-log", start.time = min(d$start))
           else survfit(y ~ 1, weights = d$w, cluster = d$cl, conf.type = "log-log", influence = TRUE, start.time = min(d$start))
    k <- paste0(key, ".", kind)
    put(paste0(k, ".time"), fit$time); put(paste0(k, ".surv"), fit$surv)
    put(paste0(k, ".se"), if (isTRUE(fit$logse)) fit$std.err * fit$surv else fit$std.err)
    put(paste0(k, ".lo"), fit$lower); put(paste0(k, ".hi"), fit$upper)
    q <- quantile(fit, c(.25, .5, .75)); put(paste0(k, ".quantiles"), rbind(q$quantile, q$lower, q$upper))
    if (min(d$start) >= 0) {
      tau <- quantile(d$stop, .8, type = 1); put(paste0(k, ".tau"), tau)
      if (kind == "model") put(paste0(k, ".rmst"), summary(fit, rmean = tau)$table[c("rmean", "se(rmean)")])
      else {                          # the influence of each cluster on the curve, added up to tau
        keep <- fit$time < tau
        steps <- diff(c(fit$time[keep], tau))
        put(paste0(k, ".rmst"), sqrt(sum((fit$influence.surv[, keep, drop = FALSE] %*% steps)^2)))
      }
    }
  }
}
for (i in 1:30) {
  d <- subset(designs, design == i)
  key <- paste0("d", i)
  late <- any(d$start != min(d$start))
  strat <- length(unique(d$s)) > 1
  right <- paste("~ x1 + x2 + f", if (strat) "+ strata(s)" else "")
  cox(key, as.formula(paste(if (late) "Surv(start, stop, event)" else "Surv(stop, event)", right)), d)
  curve(paste0(key, ".km"), d)
  if (!late) {
    groups <- as.formula(paste("Surv(stop, event) ~ f", if (strat) "+ strata(s)" else ""))
    for (rho in c(0, 1, .5)) { l <- survdiff(groups, d, rho = rho); put(paste0(key, ".lr.", rho), l$chisq) }
    l <- survdiff(groups, d)          # trend over scores 0, 1, 2 from the same moments
    o <- if (is.matrix(l$obs)) rowSums(l$obs) else l$obs; x <- if (is.matrix(l$exp)) rowSums(l$exp) else l$exp
    put(paste0(key, ".lr.trend"), sum(0:2 * (o - x))^2 / drop(0:2 %*% l$var %*% 0:2))
  } else if (i %% 3 == 0)             # without ties the Cox score test is the log-rank test
    put(paste0(key, ".lr.truncated"), coxph(as.formula(paste("Surv(start, stop, event) ~ f", if (strat) "+ strata(s)" else "")), d)$score)
}

# ---- Questions of their own ----
v <- veteran
fit <- coxph(Surv(time, status) ~ trt + karno + offset(age / 50), v, control = tight); tests("offset", fit)
put("offset.se", sqrt(diag(fit$var)))
split <- survSplit(Surv(time, status) ~ ., v, cut = c(60, 180), episode = "period")
whole <- coxph(Surv(time, status) ~ karno + trt, v, control = tight)
pieces <- coxph(Surv(tstart, time, status) ~ karno:factor(period) + trt, split, control = tight)
put("piecewise.coef", coef(pieces)[c(2, 3, 4, 1)]); put("piecewise.se", sqrt(diag(pieces$var))[c(2, 3, 4, 1)])
put("piecewise.test", 2 * (pieces$loglik[2] - whole$loglik[2]))
rd <- read.csv(file.path(here, "data/rd.csv"))
for (name in c("truncated", "plain")) {
  f <- if (name == "truncated") coxph(Surv(entry, time, event) ~ x1 + x2 + x3, rd, weights = wt, robust = FALSE) else coxph(Surv(time, event) ~ x1 + x2 + x3 + strata(s), rd, weights = wt, robust = FALSE)
  put(paste0("concordance.", name), summary(f)$concordance)
}
writeLines(toJSON(R, digits = NA, na = "null", pretty = FALSE), file.path(here, "survival.json"))
cat(length(R), "keys from survival", as.character(packageVersion("survival")), "\n")
