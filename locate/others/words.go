package others

import "strings"

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

var (
	// relations stand before the name of somebody whom the person has to do with.
	relations = words(`husband wife spouse fiance fiancee partner boyfriend girlfriend son daughter child mother mum father dad parent brother sister
		uncle aunt cousin nephew niece grandmother grandfather guardian carer friend neighbour flatmate colleague manager supervisor boss employer
		mentor tutor assessor teacher trainer instructor examiner invigilator verifier lecturer learner candidate apprentice doctor gp solicitor
		accountant agent representative referee witness complainant caller`)

	// dealings stand before the name of somebody who spoke or wrote, or was spoken or written to.
	dealings = words(`by per with to from told asked emailed called phoned rang met saw cc via attn and or named`)

	// deeds stand behind the name of somebody who did something.
	deeds = words(`said says told asked called rang phoned emailed wrote confirmed agreed complained reported advised requested signed witnessed
		assessed marked taught is was has had will would who`)

	// ordinary are given names that are words of English too, and count as names only beside another sign of one.
	ordinary = words(`will may mark grace rose hope faith joy bill sue pat rob art frank jack dick rich gene guy ray dale glen drew april june august
		autumn amber crystal dawn daisy eve ivy lily olive pearl penny ruby violet iris heather holly ginger candy carol chase chance chuck cliff
		clay dean earl duke ernest forest grant hunter jay ken lance lane max miles nick norm page parker pierce pip rusty sandy skip sky storm
		stone sunny summer wade ward woody van don major merry mercy honor noble king read trace case buck bunny dot jade jet kit jan`)

	// things are words that begin with a capital and name no person.
	things = words(`i a an the this that these those he she it we they you his her their our your my no yes not if in on at of for and but or so as
		to from by with when where what who how why there here please thank thanks dear regards kind best sincerely faithfully hello hi hey
		monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november
		december mon tue tues wed thu thur thurs fri sat sun feb mar apr jun jul aug sep sept oct nov dec
		street road lane avenue drive close court crescent square place park gardens terrace way hill house hall centre center college school
		university academy institute hospital surgery bank office department council limited ltd plc llp inc company group trust association
		society union board committee government ministry north south east west upper lower great new old st
		level unit award certificate diploma qualification course module exam examination test assessment result pass fail grade credit card
		membership member number order invoice refund payment account application form request complaint email phone telephone mobile letter
		england scotland wales ireland britain kingdom london manchester birmingham leeds glasgow edinburgh cardiff belfast bristol
		english british scottish welsh irish french german polish spanish italian european christmas easter covid microsoft google teams zoom
		outlook word excel light heavy vehicle motor car service maintenance repair engineer technician apprenticeship standard end point`)
)
