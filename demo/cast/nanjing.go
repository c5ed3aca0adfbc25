package cast

func nanjing(c, bj *city) {
	njDebts(c)
	njPayments(c)
	njOthers(c, bj)
}

func njDebts(c *city) {
	p := c.add("扣款失败未补", "M1987-04-16", Story{"2026年3月申报后扣款失败，至今未补", "Declared for March 2026, the debit failed and was not repeated", pageWhy, "gap 2026-03 debit_failed; late fee from 2026-03-26"})
	p.career("2025-01..2026-11", 8200, "2026-03")
	p.declares("2026-03", base(8520), because("debit_failed"))

	p = c.add("未申报按110%暂核", "F1991-07-07", Story{"2026年2月未申报，先按上月缴费额的110%核定", "February 2026 was not declared: it is set at 110 % of the month before", pageRepair, "line provisional = 1.1 times January; gap 2026-02 not_declared"})
	p.career("2025-01..2026-11", 8000, "2026-02")

	p = c.add("少报缴费基数", "M1984-10-19", Story{"工资一万二，2025年按下限申报", "A wage of 12,000 declared at the floor in 2025", pageMedical, "gap 2025-01..2025-12 under_declared; the lines hold the difference only"})
	p.works("2024-01..2026-11", wage(12000))
	p.pays("2024-01..2024-12")
	p.declares("2025-01..2025-12", base(4952))
	p.pays("2025-01..2025-12", base(4952))
	p.pays("2026-01..2026-10")

	p = c.add("本人要求不参保", "F1995-11-03", Story{"本人要求发钱代替参保，半年未缴", "At the worker's wish money was paid in place of insurance for half a year", pageMedical, "gap 2024-03..2024-08 personal_reason; allowed"})
	p.works("2024-01..2024-02", wage(7000))
	p.pays("2024-01..2024-02")
	p.works("2024-03..2024-08", wage(7000), because("personal_reason"))
	p.career("2024-09..2026-11", 7200)

	p = c.add("离职当月未缴", "M1992-01-19", Story{"2025年8月离职，最后一个月单位没有申报", "Left in August 2025; the employer did not declare the last month", pageHow, "gap 2025-08 not_declared"})
	p.career("2023-01..2025-08", 7600, "2025-08")

	p = c.add("错缴未入账", "F1988-12-30", Story{"2026年1月单位缴到别人名下", "January 2026 was paid to somebody else's account", pageMedical, "gap 2026-01 misplaced"})
	p.career("2025-01..2026-11", 8400, "2026-01")
	p.declares("2026-01", base(8730), because("misplaced"))

	p = c.add("2022年漏报截止日未知", "M1990-06-15", Story{"2022年9、10月漏报，南京当时的截止日没有找到", "September and October 2022 left out; the deadline of the time was not found", pageMedical, "missing: late_fee_rules.deadline; route nanjing_assess_then_tax"})
	p.career("2022-01..2026-11", 7300, "2022-09..2022-10")
}

func njPayments(c *city) {
	p := c.add("责令后一次补缴三年", "M1981-03-21", Story{"责令限期后，2025年3月一次补缴2021年7月至2024年6月", "After an order to pay, July 2021 to June 2024 were paid at once in March 2025", pageHow, "grid: backpay / lump_sum; no gap"})
	p.works("2021-07..2024-06", wage(8000))
	p.pays("2021-07..2024-06", on("2025-03-10"))
	p.career("2024-07..2026-11", 8200)

	p = c.add("截止日当天到账", "F1993-08-14", Story{"2025年4月费款25日当天到账为正常；5月费款26日到账，同月入账仍为正常，但晚了一天", "The fee of April 2025 arrived on the 25th and is normal; that of May arrived on the 26th, one day late but posted in its own month, and is normal too", pageWhy, "grid 2025-04 normal, 2025-05 normal (R-POST-04)"})
	p.career("2025-01..2026-11", 7900, "2025-04..2025-05")
	p.pays("2025-04", on("2025-04-25"))
	p.pays("2025-05", on("2025-05-26"))

	p = c.add("工资事后更正", "M1986-09-28", Story{"2024年按7000元缴费，2025年6月查实工资为10000元", "2024 was paid on 7,000; in June 2025 the wage was found to have been 10,000", pageMedical, "gap 2024-01..2024-12 under_declared; with --as-of 2025-05-31: no gap"})
	p.works("2024-01..2024-12", wage(7000))
	p.pays("2024-01..2024-12")
	p.works("2024-01..2024-12", wage(10000), known("2025-06-01"))
	p.career("2025-01..2026-11", 10000)
}

func njOthers(c, bj *city) {
	p := c.add("女干部已过退休年龄", "F1968-04-09", Story{"1968年生女职工，55岁也已过，2022年漏报的月份不能再补", "A woman born in 1968, past 55 too: the months left out in 2022 cannot be made up", pageHow, "verdict refused; reason R-BACKPAY-01"})
	p.career("2021-07..2023-04", 7000, "2022-03..2022-05")

	p = c.add("医保停缴四个月", "M1989-02-11", Story{"单位停缴四个月，超过三个月，等待期以当地规定为准", "The employer stopped for four months, more than three: the wait is local", pageRestore, "effects.medical: retroactive unknown, at most 6 months"})
	p.career("2023-01..2026-11", 7700, "2025-03..2025-06")

	p = c.add("灵活就业停缴两个月", "F1985-06-22", Story{"灵活就业停缴两个月，医保有条件补缴，养老不能补", "Without an employer and stopped for two months: medical conditional, pension refused", pageRepair, "2025-05..2025-06: pension refused, medical conditional"})
	p.flexible("2025-01..2025-12", 6000, []string{"pension", "medical", "large_medical"}, "2025-05..2025-06")

	p = c.add("北京转入漏报两个月", "M1990-10-05", Story{"由北京转到南京，新单位漏报头两个月，三个月内补缴待遇可追溯", "Moved from Beijing; the new employer left out the first two months, and within three months cover reaches back", pageRestore, "rows in two files; effects.medical: retroactive yes"})
	bj.hires(p)
	p.career("2023-07..2024-12", 9000)
	c.hires(p)
	p.career("2025-01..2026-11", 9800, "2025-01..2025-02")

	p = c.add("同城换单位未断", "F1994-05-13", Story{"同城换单位，缴费没有中断", "Changed employers in the same city without a break", pageRestore, "no gap"})
	p.career("2023-01..2024-03", 7000)
	c.hires(p)
	p.career("2024-04..2026-11", 8600)
}
