package demo_test

// What each situation must come to. Days and amounts were worked out by hand
// from the rows of the packs: rates, limits, deadlines, ages.
//
// 110 pension, 210 unemployment, 310 medical, 410 work injury, 510 maternity,
// 330 large medical, 390 residents' medical.
var situations = []situation{
	// Causes, in Beijing.
	{person: "BJ-001 扣款失败后补扣", facts: []string{"cell 110 2023-03 110000 backpay bank_retry", "cell 330 2023-03 110000 backpay bank_retry", "cell 110 2023-04 110000 normal", "cell 110 2026-11 110000 not_due"}},
	{person: "BJ-002 扣款失败至今未补", gaps: "2023-06..2023-06 debit_failed 110 210 310 410 330", facts: []string{
		"line 110 2023-06 base 10920.00 employer 1747.20 person 873.60", "fee 110 2023-06 1210 days 1585.58", "verdict 110 2023-06 allowed", "reason 110 2023-06 R-POST-02"}},
	{person: "BJ-003 前单位两年未参保", gaps: "2019-01..2020-12 never_registered 110 210 310 410 330; 2019-01..2019-12 never_registered 510", facts: []string{
		"verdict 110 2019-01 allowed", "route 110 2019-01 beijing_hrss_then_tax", "paper 110 2019-01 labour_contract", "provisional 110 2019-01 null"}},
	{person: "BJ-004 单位漏报三个月", gaps: "2022-06..2022-08 not_declared 110 210 310 410 330", facts: []string{
		"verdict 110 2022-06 allowed", "provisional 110 2022-06 2793.12", "medical 2022-06 2022-08 back yes wait 0 at most null"}},
	{person: "BJ-004 单位漏报三个月", asOf: "2023-11-20", gaps: "2022-06..2022-08 not_declared 110 210 310 410 330", facts: []string{"route 110 2022-06 beijing_verification"}},
	{person: "BJ-005 已申报未缴", gaps: "2021-10..2022-01 declared_unpaid 110 210 310 410 330", facts: []string{"verdict 110 2021-10 allowed", "provisional 110 2021-10 null"}},
	{person: "BJ-006 少报缴费基数", gaps: "2021-07..2023-06 under_declared 110 210 310 410", facts: []string{
		"line 110 2021-07 base 15000.00 employer 1440.00 person 720.00", "verdict 110 2021-07 allowed", "reason 110 2021-07 R-BACKPAY-10", "cell 330 2021-07 110000 normal"}},
	{person: "BJ-007 书面放弃参保", gaps: "2022-01..2022-12 personal_reason 110 210 310 410 330", facts: []string{"verdict 110 2022-01 allowed", "reason 110 2022-01 R-BACKPAY-12"}},
	{person: "BJ-008 错缴未入账", gaps: "2023-09..2023-09 misplaced 110 210 310 410 330", facts: []string{"verdict 110 2023-09 allowed", "reason 110 2023-09 R-DECL-07"}},
	{person: "BJ-009 欠缴半年后补清", facts: []string{"cell 110 2022-01 110000 backpay interruption", "cell 110 2022-06 110000 backpay interruption"}},

	// The age of the month, in Beijing.
	{person: "BJ-010 2011年7月以前未参保", gaps: "2010-04..2011-06 never_registered 110 210 310 410 510 330", missing: "interest_rules late_fee_rules.start", facts: []string{
		"verdict 110 2010-04 allowed", "route 110 2011-06 beijing_confirm_then_tax", "fee 110 2010-04 null days null"}},
	{person: "BJ-010 2011年7月以前未参保", asOf: "2023-12-29", gaps: "2010-04..2011-06 never_registered 110 210 310 410 510 330", missing: "interest_rules late_fee_rules.start", facts: []string{"route 110 2011-06 beijing_approval_first"}},
	{person: "BJ-011 农民工2008年未参保", gaps: "2008-01..2008-12 never_registered 110", missing: "interest_rules late_fee_rules.start", facts: []string{
		"line 110 2008-03 base 640.00 employer 128.00 person 51.20", "line 110 2008-04 base 730.00 employer 146.00 person 58.40"}},
	{person: "BJ-012 外埠人员补缴五年以上", gaps: "2012-07..2018-06 never_registered 110 210 310 410 510 330", facts: []string{
		"verdict 110 2012-07 conditional", "verdict 210 2012-07 allowed", "reason 110 2012-07 R-BACKPAY-08", "route 110 2012-07 beijing_hrss_then_tax"}},
	{person: "BJ-012 外埠人员补缴五年以上", asOf: "2023-12-29", gaps: "2012-07..2018-06 never_registered 110 210 310 410 510 330", facts: []string{"route 110 2012-07 beijing_approval_first"}},
	{person: "BJ-013 一次补缴满三年", gaps: "2018-01..2020-12 never_registered 110 210 310 410 330; 2018-01..2019-12 never_registered 510", facts: []string{
		"verdict 110 2018-01 conditional", "paper 110 2018-01 legal_document", "verdict 310 2018-01 allowed"}},
	{person: "BJ-014 滞纳金超过本金", gaps: "2014-01..2014-06 not_declared 110 210 310 410 510 330", facts: []string{
		// 7,280 x 28 % for 4,650 days from 2014-03-01 to 2026-11-22
		"line 110 2014-01 base 7280.00 employer 1456.00 person 582.40", "fee 110 2014-01 4650 days 4739.28", "alternative cap_mode", "verdict 110 2014-01 allowed", "reason 110 2014-01 R-LIM-03"}},
	{person: "BJ-015 小微企业2020年减免月", gaps: "2020-03..2020-05 not_declared 110 210 310 330", facts: []string{
		"line 110 2020-03 base 9360.00 employer 0.00 person 748.80", "cell 410 2020-03 110000 exempt"}},
	{person: "BJ-016 最近三个月未缴", gaps: "2026-08..2026-10 not_declared 110 210 310 410 330", missing: "late_fee_rules.deadline", facts: []string{
		"verdict 110 2026-08 allowed", "route 110 2026-08 beijing_tax_self", "fee 110 2026-08 null days null"}},
	{person: "BJ-017 旧流程的三个月界线", gaps: "2023-08..2023-10 not_declared 110 210 310 410 330", facts: []string{"route 110 2023-08 beijing_hrss_then_tax"}},
	{person: "BJ-017 旧流程的三个月界线", asOf: "2023-12-05", gaps: "2023-08..2023-10 not_declared 110 210 310 410 330", facts: []string{
		"route 110 2023-08 beijing_verification", "route 110 2023-09 beijing_recent", "route 110 2023-10 beijing_recent"}},

	// Retirement.
	{person: "BJ-018 已过法定退休年龄", gaps: "2015-01..2015-06 not_declared 110 210 310 410 510 330", facts: []string{"verdict 110 2015-01 refused", "verdict 310 2015-01 refused", "reason 110 2015-01 R-BACKPAY-01", "route 110 2015-01 none"}},
	{person: "BJ-019 临近退休差月数", gaps: "2013-03..2013-10 not_declared 110 210 310 410 510 330", facts: []string{"verdict 110 2013-03 allowed", "retires 2027-05 167 then 175 of 180 short 13 then 5"}},
	{person: "BJ-020 五十二岁缴了四年半", facts: []string{"retires 2036-11 54 then 54 of 222 short 168 then 168"}},

	// Without an employer. The base of a gap is the person's choice, so it is asked for.
	{person: "BJ-021 个体户停缴三个月", gaps: "2023-02..2023-04 not_declared 110 310", missing: "wage", facts: []string{
		"verdict 110 2023-02 refused", "reason 110 2023-02 R-BACKPAY-06", "verdict 310 2023-02 conditional", "paper 310 2023-02 business_licence",
		"line 310 2023-02 base null employer 0.00 person 520.80", "fee 310 2023-02 0 days 0.00"}},
	{person: "BJ-022 灵活就业停缴五个月", gaps: "2024-03..2024-07 not_declared 110 310", missing: "wage", facts: []string{"verdict 110 2024-03 refused", "verdict 310 2024-03 unknown"}},
	{person: "BJ-023 四十五岁以上男离职停缴", gaps: "2021-07..2023-12 not_declared 110", missing: "wage", facts: []string{"verdict 110 2021-07 refused", "verdict 110 2022-06 refused"}},
	{person: "BJ-024 四十岁以上女离职停缴", gaps: "2023-07..2023-12 not_declared 110", missing: "wage", facts: []string{"verdict 110 2023-07 refused"}},
	{person: "BJ-025 离职后没有参保", facts: []string{"house inside_5th_ring 0 then 0 of 24", "car_plate 0 then 0 of 60", "cell 110 2023-06 110000 normal"}},

	// Benefits.
	{person: "BJ-026 领过失业金的月份", gaps: "2022-03..2022-06 not_declared 110 210 310 410 330", facts: []string{"verdict 210 2022-03 conditional", "reason 210 2022-03 R-UI-03", "verdict 110 2022-03 allowed"}},
	{person: "BJ-027 失业金差两个月", gaps: "2022-09..2022-11 not_declared 110 210 310 410 330", facts: []string{"unemployment 10 then 13 of 12"}},
	{person: "BJ-028 生育前连续九个月", gaps: "2026-04..2026-04 not_declared 110 210 310 410 330", missing: "late_fee_rules.deadline", facts: []string{"maternity 6 then 17 of 9"}},

	// Deferrals and changed rules.
	{person: "BJ-029 2022年缓缴期内补清", facts: []string{"cell 110 2022-05 110000 normal", "cell 310 2022-05 110000 normal"}},
	{person: "BJ-030 2022年缓缴至今未补", gaps: "2022-05..2022-10 policy 110 210 410", facts: []string{
		"verdict 110 2022-05 refused", "line 110 2022-05 base 10000.00 employer 1600.00 person 0.00", "line 210 2022-05 base 10000.00 employer 50.00 person 0.00"}},
	{person: "BJ-030 2022年缓缴至今未补", asOf: "2023-06-30", facts: []string{"cell 110 2022-05 110000 deferred"}},
	// The difference was free of the fee up to 2025-12-31: 327 days of 2026.
	{person: "BJ-031 基数上调差额未补", gaps: "2025-07..2025-08 rule_changed 110 210 310 410", facts: []string{
		"line 110 2025-07 base 7162.00 employer 25.92 person 12.96", "fee 110 2025-07 327 days 6.36", "verdict 110 2025-07 allowed"}},
	{person: "BJ-031 基数上调差额未补", asOf: "2025-11-20", gaps: "2025-07..2025-08 rule_changed 110 210 310 410", facts: []string{"fee 110 2025-07 0 days 0.00"}},
	{person: "BJ-032 基数上调差额已补", facts: []string{"cell 110 2025-07 110000 backpay base_diff", "cell 310 2025-08 110000 backpay base_diff"}},

	// Months in a row, or in two places.
	{person: "BJ-033 购房连续被补缴打断", facts: []string{"cell 110 2025-08 110000 backpay interruption", "house inside_5th_ring 11 then 11 of 24", "car_plate 70 then 70 of 60"}},
	{person: "BJ-034 小客车连续差一个月", gaps: "2023-05..2023-05 not_declared 110 210 310 410 330", facts: []string{"car_plate 41 then 70 of 60"}},
	{person: "BJ-035 京沪同月重复缴费", facts: []string{"cell 110 2023-02 110000 normal", "cell 110 2023-02 310000 normal", "retires 2048-05 82 then 82 of 240 short 158 then 158"}},
	{person: "BJ-036 北京转到上海", facts: []string{"cell 110 2022-06 110000 normal", "cell 110 2022-07 310000 normal"}},

	// The accounts.
	{person: "BJ-037 医保中断一年以内", gaps: "2021-03..2021-10 not_declared 110 210 310 410 330", facts: []string{"account 310 unknown null", "medical 2021-03 2021-10 back unknown wait null at most 6"}},
	{person: "BJ-038 医保中断一年以上", gaps: "2020-12..2021-12 not_declared 110 210 310 410 330", facts: []string{"account 310 unknown null", "medical 2020-12 2021-12 back unknown wait null at most 6"}},
	// 3,000 x 3 x 11 % and 3,000 x 3 x 8 %
	{person: "BJ-039 养老账户跨2006年", gaps: "2005-10..2006-03 never_registered 110", missing: "interest_rules late_fee_rules.start", facts: []string{"account 110 credit 990.00", "account 110 credit 720.00", "verdict 110 2005-10 allowed"}},

	// Shanghai.
	{person: "SH-001 入职半年后才申报", gaps: "2025-01..2025-06 not_declared 110 210 310 410", facts: []string{"verdict 110 2025-01 allowed", "provisional 110 2025-01 null", "route 110 2025-01 shanghai_tax_self"}},
	{person: "SH-002 单位始终未参保", gaps: "2024-01..2024-12 never_registered 110 210 310 410", facts: []string{"verdict 110 2024-01 allowed"}},
	{person: "SH-003 工伤时未参保", gaps: "2025-02..2025-04 never_registered 110 210 310 410", facts: []string{"verdict 410 2025-02 allowed", "reason 410 2025-02 R-WI-01"}},
	{person: "SH-004 一次补缴四十八个月", gaps: "2019-01..2022-12 never_registered 110 210 310 410; 2019-01..2019-12 never_registered 510", missing: "late_fee_rules.deadline", facts: []string{"verdict 110 2019-01 conditional", "paper 110 2022-12 legal_document"}},
	{person: "SH-005 2023年12月前的截止日未知", gaps: "2022-03..2022-05 not_declared 110 210 310 410", missing: "late_fee_rules.deadline", facts: []string{"fee 110 2022-03 null days null", "route 110 2022-03 shanghai_assess_then_tax"}},
	{person: "SH-006 外来从业人员过渡期医保", gaps: "2014-03..2014-05 not_declared 110 210 310 410 510", missing: "late_fee_rules.deadline", facts: []string{"line 310 2014-03 base 5000.00 employer 300.00 person 50.00"}},
	{person: "SH-007 医保停缴两个月", gaps: "2025-03..2025-04 not_declared 110 210 310 410", facts: []string{"medical 2025-03 2025-04 back no wait 0 at most null"}},
	{person: "SH-008 医保停缴半年", gaps: "2025-05..2025-10 not_declared 110 210 310 410", facts: []string{"medical 2025-05 2025-10 back no wait 0 at most null", "verdict 310 2025-05 allowed"}},
	{person: "SH-009 灵活就业医保中断", gaps: "2025-03..2025-05 not_declared 110 310", missing: "wage", facts: []string{"verdict 110 2025-03 refused", "verdict 310 2025-03 conditional", "reason 310 2025-03 R-MED-06", "fee 310 2025-03 0 days 0.00"}},
	{person: "SH-010 灵活就业2022年缓缴窗口", gaps: "2022-04..2022-05 not_declared 110", missing: "wage", facts: []string{"verdict 110 2022-04 refused"}},
	{person: "SH-010 灵活就业2022年缓缴窗口", asOf: "2023-10-31", gaps: "2022-04..2022-05 not_declared 110", missing: "wage", facts: []string{"verdict 110 2022-04 allowed", "reason 110 2022-04 R-DEFER-06"}},
	{person: "SH-011 居民医保一次缴清", facts: []string{"cell 390 2026-01 310000 normal"}},
	{person: "SH-012 居民医保漏缴一年", gaps: "2025-01..2025-01 declared_unpaid 390", missing: "resident_medical", facts: []string{"verdict 390 2025-01 conditional", "reason 390 2025-01 R-MED-10", "fee 390 2025-01 0 days 0.00"}},
	// 404 days from 2025-10-16 to 2026-11-23
	{person: "SH-013 只到账一部分", gaps: "2025-09..2025-09 declared_unpaid 110", facts: []string{"line 110 2025-09 base 10000.00 employer 600.00 person 0.00", "fee 110 2025-09 404 days 121.20", "cell 310 2025-09 310000 normal"}},
	{person: "SH-014 合并到账分不清险种", gaps: "2025-09..2025-09 declared_unpaid 110 210 310 410", missing: "facts", facts: []string{"line 110 2025-09 base null employer null person null"}},
	{person: "SH-015 迟缴两个月", facts: []string{"cell 110 2024-01 310000 backpay interruption"}},
	{person: "SH-016 强制划拨后到账", facts: []string{"cell 110 2025-02 310000 backpay interruption", "cell 110 2025-04 310000 backpay interruption"}},
	{person: "SH-017 申请担保延期", gaps: "2026-05..2026-08 declared_unpaid 110 210 310 410", facts: []string{"verdict 110 2026-05 allowed"}},
	{person: "SH-018 五十三岁女岗位未知", gaps: "2025-08..2025-09 not_declared 110 210 310 410", missing: "person.past_retirement", facts: []string{"verdict 110 2025-08 conditional"}},
	// The person's 603.68 is rounded to the jiao in Shanghai, and 600.00 was paid.
	{person: "SH-019 年中公布基数的差额", gaps: "2026-07..2026-07 rule_changed 110 210 310 410", missing: "late_fee_rules.difference_deadline", facts: []string{"line 110 2026-07 base 7546.00 employer 7.36 person 3.70", "verdict 110 2026-07 allowed"}},
	{person: "SH-020 离沪前漏报后转南京", gaps: "2024-05..2024-06 not_declared 110 210 310 410", facts: []string{"area 110 2024-05 310000", "cell 110 2024-07 320100 normal", "medical 2024-05 2024-06 back no wait 0 at most null"}},

	// Nanjing.
	// 243 days from 2026-03-26 to 2026-11-23
	{person: "NJ-001 扣款失败未补", gaps: "2026-03..2026-03 debit_failed 110 210 310 410 330", facts: []string{"line 110 2026-03 base 8520.00 employer 1363.20 person 681.60", "fee 110 2026-03 243 days 248.44", "verdict 110 2026-03 allowed"}},
	{person: "NJ-002 未申报按110%暂核", gaps: "2026-02..2026-02 not_declared 110 210 310 410 330", facts: []string{"provisional 110 2026-02 2196.48"}},
	{person: "NJ-003 少报缴费基数", gaps: "2025-01..2025-12 under_declared 110 210 310 410", facts: []string{"line 110 2025-01 base 12000.00 employer 1127.68 person 563.84", "verdict 110 2025-01 allowed"}},
	{person: "NJ-004 本人要求不参保", gaps: "2024-03..2024-08 personal_reason 110 210 310 410 330", facts: []string{"verdict 110 2024-03 allowed", "reason 110 2024-03 R-BACKPAY-12"}},
	{person: "NJ-005 离职当月未缴", gaps: "2025-08..2025-08 not_declared 110 210 310 410 330", facts: []string{"verdict 110 2025-08 allowed"}},
	{person: "NJ-006 错缴未入账", gaps: "2026-01..2026-01 misplaced 110 210 310 410 330", facts: []string{"reason 110 2026-01 R-DECL-07"}},
	{person: "NJ-007 2022年漏报截止日未知", gaps: "2022-09..2022-10 not_declared 110 210 310 410 330", missing: "late_fee_rules.deadline", facts: []string{"route 110 2022-09 nanjing_assess_then_tax"}},
	{person: "NJ-008 责令后一次补缴三年", facts: []string{"cell 110 2021-07 320100 backpay lump_sum", "cell 110 2024-06 320100 backpay lump_sum"}},
	{person: "NJ-009 截止日当天到账", facts: []string{"cell 110 2025-04 320100 normal", "cell 110 2025-05 320100 normal"}},
	{person: "NJ-010 工资事后更正", gaps: "2024-01..2024-12 under_declared 110 210 310 410", facts: []string{"line 110 2024-01 base 10000.00 employer 480.00 person 240.00"}},
	{person: "NJ-010 工资事后更正", asOf: "2025-05-31", facts: []string{"cell 110 2024-01 320100 normal"}},
	{person: "NJ-011 女干部已过退休年龄", gaps: "2022-03..2022-05 not_declared 110 210 310 410 330", missing: "late_fee_rules.deadline", facts: []string{"verdict 110 2022-03 refused"}},
	{person: "NJ-012 医保停缴四个月", gaps: "2025-03..2025-06 not_declared 110 210 310 410 330", facts: []string{"medical 2025-03 2025-06 back unknown wait null at most 6"}},
	{person: "NJ-013 灵活就业停缴两个月", gaps: "2025-05..2025-06 not_declared 110 310 330", missing: "flexible.base", facts: []string{"verdict 110 2025-05 refused", "verdict 310 2025-05 conditional"}},
	{person: "NJ-014 北京转入漏报两个月", gaps: "2025-01..2025-02 not_declared 110 210 310 410 330", facts: []string{"area 110 2025-01 320100", "medical 2025-01 2025-02 back yes wait 0 at most null"}},
	{person: "NJ-015 同城换单位未断", facts: []string{"cell 110 2024-03 320100 normal", "cell 110 2024-04 320100 normal"}},
}
