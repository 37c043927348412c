# What R gives for comparisons of groups on real data: TCGA-HNSC, overall survival since diagnosis by HPV.
#
#     Rscript tests/reference/comparison.R        (from the root; Debian: r-cran-survival, r-cran-jsonlite)
#
# data/tcga_hnsc_os.csv is what Headway derives from examples/tcga-hnsc (527 patients with a time).
suppressMessages({library(survival); library(jsonlite)})
found <- list(); put <- function(name, value) found[[name]] <<- as.numeric(value)
exact <- coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 100)
d <- read.csv("tests/reference/data/tcga_hnsc_os.csv")
d <- d[d$hpv %in% c("negative", "positive"), ]
d$hpv <- factor(d$hpv, c("negative", "positive"))
d$smoking <- factor(d$smoking, c("former", "current", "never"))
of <- function(name, fit) {
  put(paste0(name, ".ratios"), exp(coef(fit))); put(paste0(name, ".limits"), t(exp(confint(fit))))
  put(paste0(name, ".tests"), c(summary(fit)$logtest[3], summary(fit)$waldtest[3], summary(fit)$sctest[3]))
  put(paste0(name, ".concordance"), summary(fit)$concordance[1])
  z <- cox.zph(fit)$table; put(paste0(name, ".zph"), z[c("hpv", "GLOBAL"), "p"])
}
put("log_rank", survdiff(Surv(days, event) ~ hpv, d)$pvalue)
put("log_rank.by_sex", survdiff(Surv(days, event) ~ hpv + strata(sex), d)$pvalue)
of("unadjusted", coxph(Surv(days, event) ~ hpv, d, control = exact))
of("adjusted", coxph(Surv(days, event) ~ hpv + age_years + smoking, d, control = exact))
full <- d[!is.na(d$age_years) & !is.na(d$smoking), ]
for (level in c("female", "male")) {
  own <- coxph(Surv(days, event) ~ hpv + age_years + smoking, full, subset = sex == level, control = exact)
  put(paste0("sex.", level), c(exp(coef(own)[1]), exp(confint(own)[1, ])))
}
alone <- coxph(Surv(days, event) ~ hpv + sex + age_years + smoking, full, control = exact)
both <- coxph(Surv(days, event) ~ hpv * sex + age_years + smoking, full, control = exact)
put("sex.interaction", anova(alone, both)[2, "Pr(>|Chi|)"])
writeLines(toJSON(found, digits = NA, pretty = TRUE), "tests/reference/comparison.json")
